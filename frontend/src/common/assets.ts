/** Files that lie beside the bundle. */

/** Return the address of a file of the bundle. */
export function asset(name: string): string {
  return new URL(`./${name}`, import.meta.url).href;
}

/** Load a style sheet of the bundle, once. */
export function loadStyle(name: string): Promise<void> {
  const address = asset(name);
  if (document.querySelector(`link[href="${address}"]`)) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  const loaded = new Promise<void>((resolve, reject) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => reject(new Error(`${address} cannot be loaded`)));
  });
  document.head.append(link);
  return loaded;
}
