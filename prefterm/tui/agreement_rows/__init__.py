"""What the agreement screen's pages say, row by row: figures in, lines of styled cells out. Pure, without Textual."""
