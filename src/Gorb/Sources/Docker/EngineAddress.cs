using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gorb.Model;

namespace Gorb.Sources.Docker;

/// <summary>Where the engine is that the environment names, by the rules of the docker command (https://docs.docker.com/engine/manage-resources/contexts/).</summary>
internal static class EngineAddress
{
    private const string Default = "unix:///var/run/docker.sock";

    /// <summary>Finds the address of the engine.</summary>
    /// <returns>The value of DOCKER_HOST, else what the context says that DOCKER_CONTEXT or the docker command's configuration names, else the default socket.</returns>
    /// <exception cref="SettingException">The environment, or a file that it names, is invalid.</exception>
    public static Uri Find()
    {
        if (Variable("DOCKER_HOST") is { } host)
        {
            return Parse(host, "DOCKER_HOST");
        }

        var folder = Variable("DOCKER_CONFIG") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");
        var context = Variable("DOCKER_CONTEXT") ?? Read(Path.Combine(folder, "config.json"), static root => root.Text("currentContext"));
        if (string.IsNullOrEmpty(context) || context == "default")
        {
            return new Uri(Default);
        }

        var file = Path.Combine(folder, "contexts", "meta", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(context))), "meta.json");
        var address = Read(file, static root => root.Find("Endpoints")?.Find("docker")?.Text("Host"))
            ?? throw new SettingException($"there is no Docker context '{context}' with an address ({file}); `docker context ls` lists them, and DOCKER_HOST names an engine without one");
        return Parse(address, $"the Docker context '{context}'");
    }

    private static Uri Parse(string text, string origin) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "unix" or "tcp" or "http" or "https"
            ? url
            : throw new SettingException($"{origin} is '{text}', which is not unix:///PATH, tcp://HOST:PORT, http://HOST:PORT or https://HOST:PORT; to reach an engine by SSH, forward its socket with `ssh -L`");

    private static string? Read(string file, Func<JsonElement, string?> read)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            return read(document.RootElement);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new SettingException($"{file} cannot be read: {error.Message}", error);
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
