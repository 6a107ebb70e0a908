"""The guide post 引导岗: one turn of talk."""
