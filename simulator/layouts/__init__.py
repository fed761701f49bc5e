"""The layouts that come with the product, one file each; `simulator.layout_file` reads them."""
