"""Big rocks: flagship assets with their derivatives and a paid budget, and what came of them."""
