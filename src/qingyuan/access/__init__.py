"""人员、角色、任职: may this officer do this, here?"""
