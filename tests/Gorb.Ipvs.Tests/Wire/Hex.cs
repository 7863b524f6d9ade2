namespace Gorb.Ipvs.Tests.Wire;

/// <summary>Annotated hex: bytes in any grouping, comments after //.</summary>
internal static class Hex
{
    public static string Parse(string annotated) => string.Concat(annotated
        .Split('\n')
        .Select(line => line.Split("//")[0])
        .SelectMany(line => line.Where(char.IsAsciiHexDigit)));
}
