"""Brand kits: a house's logos, colours, fonts and voices, and documents brought in line with them."""
