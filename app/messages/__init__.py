"""What people read of an event: one message in their language, by mail, in chats, in feeds, in a terminal."""
