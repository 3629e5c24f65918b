/** What the browser remembers between visits; nothing where the reader has forbidden it. */

export function remembered(name: string): string | null {
  return storage()?.getItem(`sjkg:${name}`) ?? null;
}

export function remember(name: string, value: string): void {
  storage()?.setItem(`sjkg:${name}`, value);
}

function storage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null; // a browser that forbids storage throws at the mere mention of it
  }
}
