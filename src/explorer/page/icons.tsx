import type { ComponentChildren } from "preact";

/** Signs of a player, in the colour of the text. Their buttons have names of their own. */
function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="currentColor">
      {children}
    </svg>
  );
}

export const PlayIcon = () => (
  <Icon>
    <path d="M3 1.5v13l11-6.5z" />
  </Icon>
);

export const PauseIcon = () => (
  <Icon>
    <path d="M3 2h3.5v12H3zM9.5 2H13v12H9.5z" />
  </Icon>
);

export const StartIcon = () => (
  <Icon>
    <path d="M2 2h2v12H2zM14 2v12L5 8z" />
  </Icon>
);

export const BackIcon = () => (
  <Icon>
    <path d="M10 2.5v11L3.5 8zM11.5 2.5h2v11h-2z" />
  </Icon>
);

export const ForthIcon = () => (
  <Icon>
    <path d="M6 2.5v11L12.5 8zM2.5 2.5h2v11h-2z" />
  </Icon>
);
