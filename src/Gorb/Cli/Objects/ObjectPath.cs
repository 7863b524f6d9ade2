using System.CommandLine;
using System.CommandLine.Parsing;

namespace Gorb.Cli.Objects;

/// <summary>A service, or a backend of one, as the command line names it: web or web/b1.</summary>
/// <param name="Service">The name of the service.</param>
/// <param name="Backend">The name of the backend; null for the service.</param>
internal sealed record ObjectPath(string Service, string? Backend)
{
    /// <summary>Its path in the REST API.</summary>
    public string Url => Backend is null ? $"/service/{Uri.EscapeDataString(Service)}" : $"/service/{Uri.EscapeDataString(Service)}/{Uri.EscapeDataString(Backend)}";

    /// <summary>Creates an argument for a service or a backend.</summary>
    public static Argument<ObjectPath> NewArgument(string description) => New("SERVICE[/BACKEND]", description, "is neither a service nor a backend; write SERVICE or SERVICE/BACKEND, as in web or web/b1.", static _ => true);

    /// <summary>Creates an argument for a backend.</summary>
    public static Argument<ObjectPath> NewBackendArgument() => New("SERVICE/BACKEND", "The backend.", "is not a backend; write SERVICE/BACKEND, as in web/b1.", static path => path.Backend is not null);

    /// <summary>Creates an argument for a service.</summary>
    public static Argument<ObjectPath> NewServiceArgument() => New("SERVICE", "The service.", "is not a service; write SERVICE, as in web.", static path => path.Backend is null);

    /// <returns>Null when the text names nothing.</returns>
    public static ObjectPath? Parse(string text) => text.Split('/') switch
    {
        [{ Length: > 0 } service] => new ObjectPath(service, null),
        [{ Length: > 0 } service, { Length: > 0 } backend] => new ObjectPath(service, backend),
        _ => null,
    };

    public override string ToString() => Backend is null ? Service : $"{Service}/{Backend}";

    private static Argument<ObjectPath> New(string name, string description, string problem, Func<ObjectPath, bool> isRight) => new(name)
    {
        Description = description,
        CustomParser = result => Parse(result, problem, isRight),
    };

    private static ObjectPath? Parse(ArgumentResult result, string problem, Func<ObjectPath, bool> isRight)
    {
        if (Parse(result.Tokens[0].Value) is { } path && isRight(path))
        {
            return path;
        }

        result.AddError($"'{result.Tokens[0].Value}' {problem}");
        return null;
    }
}
