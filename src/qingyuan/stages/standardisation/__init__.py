"""规范化建设: name and code, signboard, sampling point, registers of instruments, and one archive per outlet.

An outlet may be named and coded from verification and classification on. A retained one gets its signboard, sampling
point and instruments as its scheme asks, and an archive whose sections are complete; then it is standardised and goes
into daily supervision. Codes are never given twice and never change: they are voided and issued anew (济源 三(三)4,
安阳 二(二)2, 新绛 三(六), 大同 三(七), 吉林 二(七); HJ 1235-2021, HJ 1309).
"""
