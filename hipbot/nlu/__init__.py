"""Understanding: Rasa graph components, named in `config.yml`, that read one patient message."""
