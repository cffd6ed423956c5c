"""清源 Qingyuan: supervision of river discharge outlets (入河排污口监督管理)."""

__version__ = "0.1.0"
