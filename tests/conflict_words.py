"""The words of the packaged knowledge base's subject, which nothing that other knowledge bases use may have."""

import re

WORDS = re.compile(
    r"khasan|soviet|\bussr\b|japan|manchu|border conflict|khalkhin|nomonhan|halhamiao|kwantung|mongol|zhukov|kanchazu",
    re.IGNORECASE,
)
