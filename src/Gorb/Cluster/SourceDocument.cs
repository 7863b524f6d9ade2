using System.Text.Json;
using Gorb.Model.Merging;
using Gorb.State;

namespace Gorb.Cluster;

/// <summary>The form in which directors share what is known of a source.</summary>
internal static class SourceDocument
{
    private const string FormatName = "format", DeclaredName = "declared", InheritedName = "inherited";

    public static byte[] Write(SourceState state)
    {
        using var text = new JsonText();
        var json = text.Begin();
        json.WriteStartObject();
        json.WriteNumber(FormatName, ServiceDocument.Format);
        json.WriteNumber(DeclaredName, state.DeclaredAt.UtcTicks);
        if (state.Inherited is { } inherited)
        {
            json.WriteString(InheritedName, inherited);
        }

        json.WriteEndObject();
        return text.End().ToArray();
    }

    /// <exception cref="ClusterFormatException">It is of a newer version, or damaged.</exception>
    public static SourceState Read(string name, ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            var root = json.RootElement;
            var format = root.GetProperty(FormatName).GetInt32();
            return format <= ServiceDocument.Format
                ? new SourceState(
                    new DateTimeOffset(root.GetProperty(DeclaredName).GetInt64(), TimeSpan.Zero),
                    root.TryGetProperty(InheritedName, out var inherited) ? SourceName.Intern(inherited.GetString()!) : null)
                : throw new ClusterFormatException($"the cluster's document of source '{name}' has format {format}, and this Gorb knows {ServiceDocument.Format}: update this director");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new ClusterFormatException($"the cluster's document of source '{name}' is damaged: {error.Message}", error);
        }
    }
}
