"""The HTTP server.

app         starts everything, and ends it
login       who may in; accounts: names, passwords, sessions; headers: what every reply carries
paths       where all this is, also under a path of a proxy
openai      /v1/chat/completions and /v1/models; openai_format: their JSON
api         "ask" and "search" for Gradio's clients and MCP
queue       who is answered now; ``ui.service`` holds it
health      /health; metrics: /metrics; logs: JSON lines
"""
