/**
 * The content security policy of the explorer: its own files, no eval, nothing from anywhere else, and WebAssembly (loops of numerics/). The hash is that of nothing: plotly fills
 * an empty style element through the object model when it draws a picture.
 */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
