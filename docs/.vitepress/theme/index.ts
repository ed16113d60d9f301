import DefaultTheme from "vitepress/theme-without-fonts";
import { h } from "vue";
import explorer from "../../explorer.png";
import "./style.css";

const ALT = "The explorer: the density, the potential, the energy, and the distance of particles from the mean field";

/** VitePress's own theme in the colours of the project, with the picture of the explorer on the first page. */
export default {
  extends: DefaultTheme,
  Layout: () =>
    h(DefaultTheme.Layout, null, { "home-hero-image": () => h("img", { class: "explorer-picture", src: explorer, alt: ALT }) }),
};
