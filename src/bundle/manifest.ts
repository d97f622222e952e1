/** The web app manifest: what a browser needs to install Banter as a program of its own. */

/** As JSON; `pathOf` gives the address of an image by its name. */
export function manifestOf(pathOf: (name: string) => string): string {
  const icon = (name: string, sizes: string, purpose: string, type = "image/png") => {
    return { src: pathOf(name), sizes, type, purpose };
  };
  return JSON.stringify({
    id: "/",
    name: "Banter",
    short_name: "Banter",
    start_url: "/",
    scope: "/",
    display: "standalone",
    background_color: "#faf9f6",
    theme_color: "#faf9f6",
    icons: [
      icon("icon.svg", "any", "any", "image/svg+xml"),
      icon("icon-192.png", "192x192", "any"),
      icon("icon-512.png", "512x512", "any"),
      icon("icon-maskable.png", "512x512", "maskable"),
    ],
  });
}
