let fading: ReturnType<typeof setTimeout> | undefined;

/** Says something for five seconds, also to those who do not see it. */
export function say(text: string): void {
  const message = document.getElementById("message")!;
  message.textContent = text;
  clearTimeout(fading);
  fading = setTimeout(() => {
    message.textContent = "";
  }, 5000);
}
