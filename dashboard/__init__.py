"""The Streamlit app: patients in through forms and files, risks and reasons out."""
