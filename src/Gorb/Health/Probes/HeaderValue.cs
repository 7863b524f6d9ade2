using Gorb.Model;
using Gorb.Model.Checks;
using Gorb.Platform;

namespace Gorb.Health.Probes;

/// <summary>Finds the value of a header for one check. Files are read each time, so that a rotated secret counts at once.</summary>
internal static class HeaderValue
{
    /// <exception cref="LocalFaultException">The file or variable cannot be used; its backend keeps its verdict.</exception>
    public static string Find(HttpHeader header)
    {
        var value = header.Kind switch
        {
            HeaderKind.File => Read(header.Value),
            HeaderKind.Env => Environment.GetEnvironmentVariable(header.Value) ?? throw new LocalFaultException($"the daemon's environment has no {header.Value} for the header {header.Name}"),
            _ => header.Value,
        };
        return header.Kind is HeaderKind.Text or HeaderKind.Secret || HttpHeaderRules.Problem(header.Name, value) is not { } fault ? value
            : throw new LocalFaultException($"the header {header.Name} from {header.Value} {fault}");
    }

    private static string Read(string path)
    {
        try
        {
            return SecretFile.Read(path);
        }
        catch (SettingException error)
        {
            throw new LocalFaultException(error.Message);
        }
    }
}
