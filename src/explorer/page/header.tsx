import type { Signal } from "@preact/signals";
import { presenting } from "../state/presenting.ts";
import { ThemeChoice } from "./theme-choice.tsx";

/** The name of the page, its equation, and how it is shown. */
export function Header({ warm, keys }: { warm: boolean; keys: Signal<boolean> }) {
  return (
    <header>
      <h1>birth-death-pde</h1>
      <p class="equations">
        <span class="equation">{warm ? "∂ₜμ = ∇·(μ∇V) + τΔμ − α(R − R̄)μ" : "∂ₜμ = ∇·(μ∇V) − αVμ + αV̄μ"}</span>,{" "}
        <span class="equation">V = F + ∫K dμ</span>
      </p>
      <div class="shown-how">
        <button
          type="button"
          aria-pressed={presenting.value}
          title="Two panels in larger type (P)"
          onClick={() => {
            presenting.value = !presenting.value;
          }}
        >
          Present
        </button>
        <button
          type="button"
          title="The keys of the page (?)"
          onClick={() => {
            keys.value = true;
          }}
        >
          Keys
        </button>
        <ThemeChoice />
      </div>
    </header>
  );
}
