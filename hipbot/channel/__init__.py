"""The website's way in: conversations over HTTP for the widget. What is said on the wire: docs/decisions/0004."""
