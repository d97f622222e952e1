/** The page that the peers of Bun render for each request, without a template engine. */

const conversations = Array.from({ length: 10 }, (_, id) => ({ id, title: `Conversation ${id}` }));

export function chatPage(): Response {
  const html = render("New chat", conversations, []);
  return new Response(html, { headers: { "Content-Type": "text/html; charset=utf-8" } });
}

type Row = { id: number; title: string };
type Message = { role: string; text: string };

function render(title: string, rows: Row[], messages: Message[]): string {
  const name = Bun.escapeHTML(title);
  const list = rows
    .map(
      (row) => `        <li><a href="/conversations/${row.id}">${Bun.escapeHTML(row.title)}</a></li>
`,
    )
    .join("");
  const thread = messages
    .map(
      ({
        role,
        text,
      }) => `        <article class="message message--${role}"><p>${Bun.escapeHTML(text)}</p></article>
`,
    )
    .join("");
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>${name}</title>
    <link rel="stylesheet" href="/static/chat.css">
    <script src="/static/chat.js" type="module"></script>
  </head>
  <body>
    <nav aria-label="Conversations">
      <a href="/">New chat</a>
      <ul>
${list}      </ul>
    </nav>
    <main>
      <h1>${name}</h1>
      <section id="thread" aria-live="polite">
${thread || "        <p>Ask anything.</p>\n"}      </section>
      <form method="post" action="/send">
        <label for="text">Message</label>
        <textarea id="text" name="text" rows="3" required></textarea>
        <button>Send</button>
      </form>
    </main>
  </body>
</html>
`;
}
