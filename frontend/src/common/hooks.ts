/** Finding the places of a page that a script fills, and loading the script when the reader comes near. */

export type Drawing = (place: HTMLElement) => Promise<void> | void;
export type Loader = () => Promise<{ default: Drawing }>;

const NEAR = 200; // pixels

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
    { rootMargin: `${NEAR}px` },
  );
  for (const place of places) {
    if (isNear(place)) void draw(place, load);
    else watch.observe(place);
  }
}

/** Tell whether a place is in sight already, without the frame or two that an observer waits for. */
function isNear(place: HTMLElement): boolean {
  const { top, bottom, width } = place.getBoundingClientRect();
  return width > 0 && top < innerHeight + NEAR && bottom > -NEAR;
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
