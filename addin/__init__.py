"""How a host reaches the functions, and the ``aicapex`` command."""
