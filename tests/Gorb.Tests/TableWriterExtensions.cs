using Gorb.Model;
using Gorb.Model.Merging;
using Gorb.Writer;

namespace Gorb.Tests;

/// <summary>Changes with the origin of a test.</summary>
internal static class TableWriterExtensions
{
    public static Task ChangeAsync(this TableWriter tableWriter, Action<Transaction> edit) => tableWriter.ChangeAsync(new ChangeOrigin("test", SourceName.Api), edit);
}
