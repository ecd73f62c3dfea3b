"""The main job, shown on this machine alone: a stand-in of Telegram, a receiver of alerts, and a story between them."""
