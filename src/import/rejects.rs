//! The file that lists rejected rows, so that they can be put right and imported again.

use std::io;
use std::path::{Path, PathBuf};

use super::report::Reject;

/// Where rejected rows are listed when no path is given: beside the first input.
pub(crate) fn default_path(first_input: &Path) -> PathBuf {
    let mut name = first_input.file_name().unwrap_or_default().to_owned();
    name.push(".rejects.csv");
    first_input.with_file_name(name)
}

/// Writes the list, replacing an older one.
pub(crate) fn write(path: &Path, rejects: &[Reject]) -> io::Result<()> {
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(["file", "line", "rule", "field", "columns", "reason"])?;
    for reject in rejects {
        let (file, line) = (reject.file.to_string_lossy(), reject.line.to_string());
        writer.write_record([file.as_ref(), &line, &reject.rule, &reject.field, &reject.columns, &reject.reason])?;
    }
    writer.flush()
}
