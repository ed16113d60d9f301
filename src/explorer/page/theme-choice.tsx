import { useEffect } from "preact/hooks";
import { theme } from "../state/theme.ts";

const dark = matchMedia("(prefers-color-scheme: dark)");
theme.value = dark.matches ? "dark" : "light";

/** Light or dark: as the system has it, until chosen here. */
export function ThemeChoice() {
  useEffect(() => {
    const follow = () => {
      if (document.documentElement.dataset.theme === undefined) theme.value = dark.matches ? "dark" : "light";
    };
    dark.addEventListener("change", follow);
    return () => dark.removeEventListener("change", follow);
  }, []);
  const other = theme.value === "dark" ? "light" : "dark";
  return (
    <button
      type="button"
      title={`${other === "dark" ? "Dark" : "Light"} colours`}
      onClick={() => {
        document.documentElement.dataset.theme = other;
        theme.value = other;
      }}
    >
      {other === "dark" ? "Dark" : "Light"}
    </button>
  );
}
