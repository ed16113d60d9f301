import type { MarkdownRenderer } from "vitepress";

/** What the pages need beyond VitePress's Markdown. */
export function configureMarkdown(markdown: MarkdownRenderer): void {
  const { rules } = markdown.renderer;
  // Indented blocks, which `npm run tables` writes, look as fenced blocks of plain text.
  rules.code_block = (tokens, index, options, env, self) => {
    tokens[index].info = "text";
    return rules.fence!(tokens, index, options, env, self);
  };
  // The empty corner of a table is no header, and one of mathematics alone is announced by a word: MathML is no text to all that read.
  markdown.core.ruler.push("headers", ({ tokens, Token }) => {
    for (const [i, token] of tokens.entries()) {
      if (token.type !== "th_open") continue;
      const { content, children } = tokens[i + 1];
      if (content === "") for (const part of [token, tokens[i + 2]]) part.tag = "td";
      else if (children?.every(({ type }) => type === "math_inline")) {
        const word = new Token("html_inline", "", 0);
        word.content = '<span class="visually-hidden">formula </span>';
        children.unshift(word);
      }
    }
  });
  // The same symbols again and again: each is set once, which takes half of the time of a build.
  for (const name of ["math_inline", "math_block"]) {
    const render = rules[name];
    if (render === undefined) continue;
    const known = new Map<string, string>();
    rules[name] = (tokens, index, ...rest) => {
      const { content } = tokens[index];
      if (!known.has(content)) known.set(content, render(tokens, index, ...rest));
      return known.get(content)!;
    };
  }
}
