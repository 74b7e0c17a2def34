import "htmx.org/dist/htmx.esm.js";
import "./js/theme.js";
import "./js/menus.js";
import "./js/keys.js";
import "./js/forms.js";
import "./js/leaves.js";
import "./js/widths.js";
import "./js/requests.js";
