"""导入向导: 文件 → 对应列 → 问题 → 入库, four steps on one page; left and come back to, undone by a button."""
