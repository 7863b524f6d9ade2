using Gorb.Model;
using Gorb.Model.Text;

namespace Gorb.Documents.Yaml;

/// <summary>A text is not YAML.</summary>
/// <param name="reason">What the parser found.</param>
/// <param name="place">Where.</param>
/// <param name="inner">The parser's own exception.</param>
internal sealed class YamlSyntaxException(string reason, TextPosition place, Exception inner) : Exception(reason, inner)
{
    /// <summary>The same for a user.</summary>
    public Problem Problem => new(null, null, $"this is not YAML: {Message}") { Place = place };
}
