"""What others keep passages and their vectors in, each measured by the same steps in a process of its own.

protocol      the steps, the files they read and the lines they print; needs numpy alone
langchain, llamaindex, haystack, chroma    one peer each, wired as its documentation tells a newcomer to
hoidap        the product, by the same steps
environment   makes a peer's virtual environment from its .txt and runs its steps

A peer runs in an environment that does not hold the product, as ``python -m peers.NAME`` with this folder's parent on
the path; so its script imports nothing of the project but ``protocol``, and that relatively.
"""
