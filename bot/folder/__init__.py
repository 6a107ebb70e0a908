"""The folder door: a hall as data, read, checked in Chinese and handed over frozen."""
