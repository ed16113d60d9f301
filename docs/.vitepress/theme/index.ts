import { useRoute } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import { h, nextTick, onMounted, watch } from "vue";
import explorer from "../../explorer.png";
import { mendLandmarks, mendSearch } from "./accessible.ts";
import "./style.css";

const ALT = "The explorer: the density, the potential, the energy, and the distance of particles from the mean field";

/** VitePress's own theme in the colours of the project, with the picture of the explorer on the first page. */
export default {
  extends: DefaultTheme,
  Layout: () =>
    h(DefaultTheme.Layout, null, { "home-hero-image": () => h("img", { class: "explorer-picture", src: explorer, alt: ALT }) }),
  setup() {
    const route = useRoute();
    onMounted(() => {
      mendLandmarks();
      watch(
        () => route.path,
        () => nextTick(mendLandmarks),
      );
      new MutationObserver(mendSearch).observe(document.body, { childList: true, subtree: true });
    });
  },
};
