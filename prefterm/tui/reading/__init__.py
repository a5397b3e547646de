"""What reading a pair needs and no screen: places in a text, sentences, searching, differences, reading time. No Textual here."""
