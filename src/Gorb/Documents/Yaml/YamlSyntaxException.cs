using Gorb.Model;
using Gorb.Model.Text;

namespace Gorb.Documents.Yaml;

/// <summary>A text is not YAML.</summary>
/// <param name="reason">The parser's error.</param>
/// <param name="place">The position of the error.</param>
/// <param name="inner">The parser's own exception.</param>
internal sealed class YamlSyntaxException(string reason, TextPosition place, Exception inner) : Exception(reason, inner)
{
    /// <summary>The error as a problem for the user.</summary>
    public Problem Problem => new(null, null, $"this is not YAML: {Message}") { Place = place };
}
