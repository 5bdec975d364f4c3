"""The chat page.

layout        components and events; what these do: chat_tab, library_tab, settings_tab
answers       the conversation as HTML; citations: its sentences with their numbers; markdown: the same to be saved
article_panel, conversation_list, library_list, filters: the other parts as HTML
conversations the database: conversations, feedback, preferences
state         what one open tab holds; types: turns and what they show
library       files in, articles out; suggestions: questions made from articles; feedback: a suite made of thumbs
preferences   what a user may choose
assets/       scripts and style
"""
