"""What the program keeps for its readers, in one SQLite file in the data folder: conversations, feedback, sign-ins."""
