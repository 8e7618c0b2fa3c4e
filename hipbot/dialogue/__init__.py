"""What to do with a message: pure Python, no Rasa. `Conversation.reply` is the only way in."""
