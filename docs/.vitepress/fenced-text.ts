import type { MarkdownRenderer } from "vitepress";

/** Indented blocks, which `npm run tables` writes, look as fenced blocks of plain text. */
export function fencedText(markdown: MarkdownRenderer): void {
  markdown.renderer.rules.code_block = (tokens, index, options, env, self) => {
    tokens[index].info = "text";
    return markdown.renderer.rules.fence!(tokens, index, options, env, self);
  };
}
