namespace Gorb.Model;

/// <summary>An option, or a variable of the environment, cannot be used; the message says why and what to do.</summary>
internal sealed class SettingException(string message, Exception? inner = null) : Exception(message, inner);
