"""The browser door: the customers' chat, the staff desk, the duty board, the drill."""
