/** Finding the places of a page that a script fills, and loading the script when the reader comes near. */

export type Drawing = (place: HTMLElement) => Promise<void> | void;
export type Loader = () => Promise<{ default: Drawing }>;

const NEAR = "200px";

/** Fill every place with the given data-attribute, each when it comes into sight. */
export function drawWhenSeen(attribute: string, load: Loader): void {
  const places = document.querySelectorAll<HTMLElement>(`[${attribute}]`);
  if (!places.length) return;
  const watch = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        watch.unobserve(target);
        void draw(target as HTMLElement, load);
      }
    },
    { rootMargin: NEAR },
  );
  for (const place of places) watch.observe(place);
}

/** Fill one place; where that fails, say so there and leave what the page has without scripts. */
async function draw(place: HTMLElement, load: Loader): Promise<void> {
  try {
    await (await load()).default(place);
    place.dataset.drawn = "yes";
  } catch (error) {
    console.warn(error);
    const told = document.createElement("p");
    told.className = "quiet";
    told.textContent = `This could not be drawn: ${error instanceof Error ? error.message : error}`;
    place.prepend(told);
    place.dataset.drawn = "no";
  }
}
