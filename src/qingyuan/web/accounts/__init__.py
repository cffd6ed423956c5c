"""人员与登录: signing in and out, passwords, who may do what; enrolling officers and their assignments."""
