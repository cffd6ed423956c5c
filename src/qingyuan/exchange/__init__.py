"""数据交换: workbooks, csv and 附件1 in and out; the three acts of an import."""
