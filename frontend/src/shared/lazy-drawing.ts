/** Loading a drawing's code and drawing it once its place on the page is about to be seen. */

/** Draws into an element. */
export type DrawFunction = (host: HTMLElement) => Promise<void> | void;

const MARGIN_PX = 200; // an element this close to the viewport counts as visible

/**
 * Draw into every element that has a data attribute, each when it comes into view; `data-drawn` is "yes" or "no" afterwards.
 * @param attribute The name of the data attribute.
 * @param load Imports the module whose default export draws.
 */
export function drawWhenVisible(attribute: string, load: () => Promise<{ default: DrawFunction }>): void {
  const hosts = document.querySelectorAll<HTMLElement>(`[${attribute}]`);
  if (!hosts.length) return;
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        void draw(target as HTMLElement, load);
      }
    },
    { rootMargin: `${MARGIN_PX}px` },
  );
  for (const host of hosts) {
    if (isVisible(host)) void draw(host, load);
    else observer.observe(host);
  }
}

/** Return true if an element is in view now; an observer would report it a frame or two later. */
function isVisible(host: HTMLElement): boolean {
  const { top, bottom, width } = host.getBoundingClientRect();
  return width > 0 && top < innerHeight + MARGIN_PX && bottom > -MARGIN_PX;
}

/** Draw into an element; on failure, add a message to the content that it has without scripts. */
async function draw(host: HTMLElement, load: () => Promise<{ default: DrawFunction }>): Promise<void> {
  try {
    const module = await load().catch((error: unknown) => {
      console.warn(error);
      throw new Error("its program could not be loaded. Reload the page to try again");
    });
    await module.default(host);
    host.dataset.drawn = "yes";
  } catch (error) {
    console.warn(error);
    const message = document.createElement("p");
    message.className = "quiet";
    message.textContent = `This drawing could not be made: ${error instanceof Error ? error.message : String(error)}. The page has the same data as text.`.replace("..", ".");
    host.prepend(message);
    host.dataset.drawn = "no";
  }
}
