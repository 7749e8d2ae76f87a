import { h } from "vue";
import DefaultTheme from "vitepress/theme-without-fonts";
import "./style.css";

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { "nav-bar-content-after": demo }),
};

// The page to play with lies beside the documentation, on the same service.
function demo() {
  return h("a", { class: "demo", href: `${import.meta.env.BASE_URL}../`, target: "_self" }, "Try it");
}
