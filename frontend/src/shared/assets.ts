/** URLs of this site and of the files of the bundle, made from the URL of the bundle: the site may lie below a path. */

/**
 * Return the URL path of a page or another resource of this site.
 * @param path The path from the start page, without a slash at the beginning, such as "search.json?q=Lake".
 * @returns The path from the root of the host, such as "/sjkg/search.json?q=Lake" for a site at /sjkg.
 */
export function sitePath(path: string): string {
  return new URL("../../", import.meta.url).pathname + path; // the bundle is in the folder /static/bundle/ of the site
}

/**
 * Return the URL of a file of the bundle.
 * @param name The file name, without a folder.
 * @returns The absolute URL.
 */
export function assetUrl(name: string): string {
  return new URL(`./${name}`, import.meta.url).href;
}

/**
 * Add a style sheet of the bundle to the page, unless the page has it.
 * @param name The file name, without a folder.
 * @returns A promise that resolves once the style sheet is loaded, and rejects if it cannot be loaded.
 */
export function loadStylesheet(name: string): Promise<void> {
  const url = assetUrl(name);
  if (document.querySelector(`link[href="${url}"]`)) return Promise.resolve();
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = url;
  const loaded = new Promise<void>((resolve, reject) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => reject(new Error(`the style sheet ${url} cannot be loaded`)));
  });
  document.head.append(link);
  return loaded;
}
